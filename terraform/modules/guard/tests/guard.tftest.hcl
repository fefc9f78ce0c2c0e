run "data_is_kept_by_default" {
  command = plan

  variables {
    what = "tables"
  }

  assert {
    condition     = length(terraform_data.data_is_kept) == 1 && !output.force_destroy
    error_message = "Destroying has to be refused unless somebody says otherwise."
  }
}

run "unless_somebody_says_otherwise" {
  command = plan

  variables {
    what      = "tables"
    keep_data = false
  }

  assert {
    condition     = length(terraform_data.data_is_kept) == 0 && output.force_destroy
    error_message = "A test environment goes with its data."
  }
}
