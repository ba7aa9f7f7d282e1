# The instance that bakes, and the EBS-backed image that is created from it. Every Packer from 1.6.6 on reads this file, together
# with those in classic/ (before 1.10) or modern/ (from 1.10 on).

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

  # The image has the same root volume as the bake's instance.
  dynamic "launch_block_device_mappings" {
    for_each = var.root_device == "" ? [] : [var.root_device]
    content {
      device_name = launch_block_device_mappings.value
      volume_size = var.root_volume_gib
      volume_type = var.root_volume_type
      # The defaults of gp3, which Packer before 1.8 needs explicitly.
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

  # Packer requests spot instances through its own launch template, which a sweep has to recognize.
  spot_price = var.spot ? "auto" : ""
  spot_tags  = var.spot ? var.run_tags : null

  # Old Packer versions tag neither: the key pair is identified by its name, and the sweep identifies the group in another way.
  temporary_key_pair_name               = var.node_name
  temporary_security_group_source_cidrs = length(var.ssh_source_cidrs) > 0 ? var.ssh_source_cidrs : null

  ssh_username  = var.ssh_username
  ssh_interface = var.ssh_interface
  ssh_port      = var.ssh_port
  ssh_timeout   = var.ssh_timeout
  # Every sshd includes SFTP; scp is a separate program, which minimal images lack, and without it an upload hangs.
  ssh_file_transfer_method = "sftp"

  # If anything but Packer stops the instance, such as a shutdown or an operator, it is terminated.
  shutdown_behavior = "terminate"

  # Packer's own limit of half an hour is too short for a large image or an encrypted copy, and AWS_MAX_ATTEMPTS, which tells the
  # SDK how often a call is tried, would make it even shorter. The bake has its own limit.
  aws_polling {
    delay_seconds = 15
    max_attempts  = var.wait_minutes * 4
  }

  custom_endpoint_ec2        = var.ec2_endpoint
  skip_credential_validation = var.ec2_endpoint != ""
  skip_metadata_api_check    = var.ec2_endpoint != ""
}
