# From 1.10 on Packer brings no builder: `packer init`, which the supervisor runs, installs this one where it is missing.
# One version and no range, so that the plugin is part of the image's fingerprint as this file is.

packer {
  required_plugins {
    amazon = {
      version = "1.8.2"
      source  = "github.com/hashicorp/amazon"
    }
  }
}
