# From 1.10 on Packer brings no builder: `packer init`, which the supervisor runs, installs this one.

packer {
  required_plugins {
    amazon = {
      version = ">= 1.2.8, < 2.0.0"
      source  = "github.com/hashicorp/amazon"
    }
  }
}
