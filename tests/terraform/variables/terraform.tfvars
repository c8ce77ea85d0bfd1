from_tfvars      = "terraform.tfvars"
overridden_twice = "first"
