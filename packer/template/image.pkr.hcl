# The instance that bakes, and the EBS-backed image made from it. Read by every Packer from 1.6.6 on; what only some
# versions understand stands in classic/ (before 1.10) and modern/ (from 1.10 on), beside which this file is laid.

source "amazon-ebs" "image" {
  region     = var.region
  ami_name   = var.image_name
  source_ami = var.base_image
  tags       = var.image_tags

  encrypt_boot       = var.encrypt
  kms_key_id         = var.kms_key_arn
  ami_regions        = var.image_regions
  region_kms_key_ids = var.region_kms_key_arns
  ami_users          = var.image_users
  snapshot_users     = var.image_users

  # The image's root volume is as the bake's instance has it.
  dynamic "launch_block_device_mappings" {
    for_each = var.root_device == "" ? [] : [var.root_device]
    content {
      device_name = launch_block_device_mappings.value
      volume_size = var.root_volume_gib
      volume_type = var.root_volume_type
      # What gp3 has by itself: Packer before 1.8 takes nothing else for "as usual".
      iops                  = var.root_volume_type == "gp3" ? 3000 : null
      throughput            = var.root_volume_type == "gp3" ? 125 : null
      delete_on_termination = true
    }
  }

  instance_type               = var.instance_type
  iam_instance_profile        = var.instance_profile
  subnet_id                   = var.subnet_id
  associate_public_ip_address = var.associate_public_ip_address
  run_tags                    = var.run_tags
  run_volume_tags             = var.run_tags

  # Packer asks for spot instances by a launch template of its own, which a sweep has to know.
  spot_price = var.spot ? "auto" : ""
  spot_tags  = var.spot ? var.run_tags : null

  # Old Packer tags neither of the two: a name of our own tells whose key pair it is, the sweep knows the group otherwise.
  temporary_key_pair_name               = var.node_name
  temporary_security_group_source_cidrs = length(var.ssh_source_cidrs) > 0 ? var.ssh_source_cidrs : null

  ssh_username  = var.ssh_username
  ssh_interface = var.ssh_interface
  ssh_port      = var.ssh_port
  ssh_timeout   = var.ssh_timeout
  # Every sshd brings SFTP; scp is a program of its own, which minimal images lack, and without it an upload hangs.
  ssh_file_transfer_method = "sftp"

  # Whatever stops the instance behind Packer's back, a power-off or an operator, also removes it.
  shutdown_behavior = "terminate"

  # Packer's own limit is half an hour, too little for a large image or an encrypted copy, and AWS_MAX_ATTEMPTS, which tells the
  # SDK how often a call is tried, would shorten it. The bake has a limit of its own.
  aws_polling {
    delay_seconds = 15
    max_attempts  = var.wait_minutes * 4
  }

  custom_endpoint_ec2        = var.ec2_endpoint
  skip_credential_validation = var.ec2_endpoint != ""
  skip_metadata_api_check    = var.ec2_endpoint != ""
}
