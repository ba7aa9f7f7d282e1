# An S3-backed image, for instance types with instance store. The instance bundles its disk itself and needs Amazon's AMI tools
# (ec2-ami-tools) in the base image. Every Packer from 1.6.6 on reads this file together with ../variables.pkr.hcl.

variable "account_id" {
  type        = string
  description = "Account that owns the image, 12 digits."
}

variable "s3_bucket" {
  type        = string
  description = "Bucket, with a prefix if wanted, that the bundle is stored in."
}

variable "x509_cert_path" {
  type        = string
  description = "Certificate registered with the account, a file of this machine."
}

variable "x509_key_path" {
  type        = string
  description = "Its private key. Packer uploads it for the bundling and removes it again."
}

source "amazon-instance" "image" {
  region     = var.region
  ami_name   = var.image_name
  source_ami = var.base_image
  tags       = var.image_tags
  ami_users  = var.image_users

  account_id     = var.account_id
  s3_bucket      = var.s3_bucket
  x509_cert_path = var.x509_cert_path
  x509_key_path  = var.x509_key_path

  instance_type               = var.instance_type
  iam_instance_profile        = var.instance_profile
  subnet_id                   = var.subnet_id
  associate_public_ip_address = var.associate_public_ip_address
  run_tags                    = var.run_tags

  temporary_key_pair_name               = var.node_name
  temporary_security_group_source_cidrs = length(var.ssh_source_cidrs) > 0 ? var.ssh_source_cidrs : null

  ssh_username             = var.ssh_username
  ssh_interface            = var.ssh_interface
  ssh_port                 = var.ssh_port
  ssh_timeout              = var.ssh_timeout
  ssh_file_transfer_method = "sftp"

  # As for an EBS-backed image, see ../image.pkr.hcl.
  aws_polling {
    delay_seconds = 15
    max_attempts  = var.wait_minutes * 4
  }

  custom_endpoint_ec2        = var.ec2_endpoint
  skip_credential_validation = var.ec2_endpoint != ""
  skip_metadata_api_check    = var.ec2_endpoint != ""
}

build {
  sources = ["source.amazon-instance.image"]

  provisioner "file" {
    source      = var.files_archive
    destination = "/tmp/bake-files.tar"
  }

  # Into memory, so that it is never on the image's disk; empty if the instance reads the key itself.
  provisioner "file" {
    source      = var.validator_key_file
    destination = "/dev/shm/chef-validator.pem"
  }

  provisioner "shell" {
    execute_command = "{{.Vars}} sudo -E bash '{{.Path}}'"
    environment_vars = concat(var.chef_settings, [
      "AWS_REGION=${var.region}",
      "CHEF_NODE_NAME=${var.node_name}",
      "CHEF_SERVER_URL=${var.chef_server_url}",
      "CHEF_VALIDATOR_NAME=${var.chef_validator_name}",
      "CHEF_VALIDATOR_KEY_SOURCE=${var.chef_validator_key_source}",
      "CHEF_VALIDATOR_KEY_ID=${var.chef_validator_key_id}",
      "CHEF_RUN_LIST=${var.chef_run_list}",
      "CHEF_ENVIRONMENT=${var.chef_environment}",
      "CHEF_POLICY_NAME=${var.chef_policy_name}",
      "CHEF_POLICY_GROUP=${var.chef_policy_group}",
      "CHEF_ATTRIBUTES=${var.chef_attributes}",
      "CHEF_CONVERGE_TIMEOUT_SECONDS=${var.chef_converge_timeout_seconds}",
      "CHEF_CA_PEM=${var.chef_ca_pem}",
      "CINC_VERSION=${var.chef_client_version}",
    ])
    scripts = ["${var.scripts}/unpack-files.sh", "${var.scripts}/install-chef.sh", "${var.scripts}/converge.sh"]
  }

  provisioner "shell" {
    execute_command  = "{{.Vars}} sudo -E bash '{{.Path}}'"
    environment_vars = ["CHEF_NODE_NAME=${var.node_name}", "BAKE_SSH_INTERFACE=${var.ssh_interface}"]
    scripts = concat(
      ["${var.scripts}/stop-chef.sh"], var.cleaners, ["${var.scripts}/clean.sh", "${var.scripts}/leak-gate.sh"],
    )
  }

  post-processor "manifest" {
    output = var.manifest
  }
}
