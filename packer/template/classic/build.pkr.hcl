# The steps of a bake, for Packer 1.6.6 to 1.9, which include the amazon-ebs builder.
# The provisioners are the same as in ../modern/build.pkr.hcl; a test compares them.

build {
  sources = ["source.amazon-ebs.image"]

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
