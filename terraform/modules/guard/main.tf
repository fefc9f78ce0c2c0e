# Keeps data from being destroyed with the rest. `prevent_destroy` takes no variable, so what it protects exists for
# nothing else: as long as it is in the state, `terraform destroy` is refused while it plans, before anything is gone.
# docs/terraform.md says how to destroy all the same.

terraform {
  required_version = ">= 1.11"
}

resource "terraform_data" "data_is_kept" {
  count = var.keep_data ? 1 : 0

  input = var.what

  lifecycle {
    prevent_destroy = true
  }
}
