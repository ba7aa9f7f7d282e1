# From 1.10 on Packer includes no builder: the supervisor runs `packer init`, which installs this one if it is missing. One version
# and no range, so that the plugin's version is part of the image's fingerprint, as this file is.

packer {
  required_plugins {
    amazon = {
      version = "1.8.2"
      source  = "github.com/hashicorp/amazon"
    }
  }
}
