# The settings of a bake. The supervisor (packer/bake.ts) sets them from the Pulumi program; by hand, set them in a -var-file.

variable "region" {
  type = string
}

variable "image_name" {
  type        = string
  description = "Name of the image; an account has it once per region."
}

variable "base_image" {
  type        = string
  description = "Id of the EBS-backed image to start from."
}

variable "instance_type" {
  type = string
}

variable "spot" {
  type        = bool
  default     = false
  description = "Whether the instance runs on spot capacity, at most at the price on demand."
}

variable "ssh_username" {
  type = string
}

variable "subnet_id" {
  type        = string
  default     = ""
  description = "Empty: the default VPC's."
}

variable "associate_public_ip_address" {
  type        = bool
  default     = null
  description = "Null: what the subnet says."
}

variable "instance_profile" {
  type        = string
  default     = ""
  description = "Instance profile whose role may read the validator key."
}

variable "ssh_interface" {
  type        = string
  default     = ""
  description = "session_manager: through AWS's Session Manager, without an open port. Empty: the public address where there is one."
}

variable "ssh_source_cidrs" {
  type        = list(string)
  default     = []
  description = "Who may reach the bake's instance by SSH. Empty: with Packer from 1.10 on and a public address asked for, this machine alone; otherwise everybody."
}

variable "image_tags" {
  type        = map(string)
  default     = {}
  description = "Tags of the image and its snapshots."
}

variable "encrypt" {
  type        = bool
  default     = null
  description = "Null: as the base image is."
}

variable "kms_key_arn" {
  type        = string
  default     = ""
  description = "Empty: the account's default key for EBS."
}

variable "root_device" {
  type        = string
  default     = ""
  description = "Device of the base image's root volume. Empty: its volume is as the base image has it."
}

variable "root_volume_gib" {
  type        = number
  default     = null
  description = "Size of the root volume, of the bake and of the image. Null: the base image's."
}

variable "root_volume_type" {
  type        = string
  default     = "gp3"
  description = "gp2 or gp3."
}

variable "image_regions" {
  type        = list(string)
  default     = []
  description = "Regions the image is copied to."
}

variable "region_kms_key_arns" {
  type        = map(string)
  default     = {}
  description = "Key that encrypts each copy, by region."
}

variable "image_users" {
  type        = list(string)
  default     = []
  description = "Accounts that may start instances from the image."
}

variable "run_tags" {
  type        = map(string)
  default     = {}
  description = "Tags of what lives only during the bake, by which a leak is found."
}

variable "node_name" {
  type        = string
  description = "The bake's Chef node and client; removed when the bake ends."
}

variable "chef_server_url" {
  type = string
}

variable "chef_validator_name" {
  type = string
}

variable "chef_validator_key_source" {
  type        = string
  description = "ssm or secretsmanager: the instance itself fetches the key, with its own role. file: it is uploaded."
}

variable "chef_validator_key_id" {
  type = string
}

variable "chef_run_list" {
  type        = string
  default     = "[]"
  description = "A JSON array."
}

variable "chef_environment" {
  type    = string
  default = ""
}

variable "chef_policy_name" {
  type    = string
  default = ""
}

variable "chef_policy_group" {
  type    = string
  default = ""
}

variable "chef_attributes" {
  type        = string
  default     = ""
  description = "A JSON object."
  sensitive   = true
}

variable "chef_converge_timeout_seconds" {
  type        = string
  default     = ""
  description = "How long one run of the client may take. Empty: 3600."
}

variable "chef_ca_pem" {
  type        = string
  default     = ""
  description = "Certificate of the CA that signed the Chef server's certificate, where it is no public one."
}

variable "chef_client_version" {
  type        = string
  default     = ""
  description = "Of the Chef client. Empty: that of the base image; where it has none, the Cinc Client that install-chef.sh names."
}

variable "chef_settings" {
  type        = list(string)
  default     = []
  description = "Variables that are set only where they say something, as NAME=value: an empty CHEF_LICENSE ends the client."
}

variable "files_archive" {
  type        = string
  description = "Archive whose folders are unpacked at the instance's root."
}

variable "validator_key_file" {
  type        = string
  description = "The validator's key, where chef_validator_key_source is file; else an empty file."
}

variable "scripts" {
  type        = string
  description = "Folder of the provisioning scripts."
}

variable "cleaners" {
  type        = list(string)
  description = "Scripts that clean up after other software, run before clean.sh."
}

variable "manifest" {
  type        = string
  default     = "packer-manifest.json"
  description = "File that tells the image's id."
}

variable "wait_minutes" {
  type        = number
  default     = 240
  description = "How long Packer waits for an instance, an image or a copy: as long as the whole bake may take."
}

variable "ec2_endpoint" {
  type        = string
  default     = ""
  description = "Another EC2 than AWS's, as the lab's. Empty: AWS."
}

variable "ssh_timeout" {
  type        = string
  default     = "5m"
  description = "How long Packer tries to log in, once the instance runs."
}

variable "ssh_port" {
  type    = number
  default = 22
}
