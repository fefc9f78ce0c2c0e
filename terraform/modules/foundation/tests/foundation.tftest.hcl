# What must hold of names, policies and alarms, whatever was written into the JSON files. No provider, no endpoint.
variables {
  environment = "dev"
  account     = "111122223333"
  region      = "eu-west-1"
}

run "names_carry_the_environment" {
  command = plan

  assert {
    condition = alltrue([
      for what, name in output.names : strcontains(jsonencode(name), "dev")
      if what != "log_stream"
    ])
    error_message = "Two environments of one account would share something."
  }

  assert {
    condition     = !can(regex("[$][{]", jsonencode([output.names, output.policies, output.trust, output.alarms])))
    error_message = "A placeholder was left."
  }
}

run "policies_are_least_privilege" {
  command = plan

  variables {
    customer_key             = true
    key_arn                  = "arn:aws:kms:eu-west-1:111122223333:key/0c2a"
    job_in_vpc               = true
    operator_lays_foundation = true
  }

  assert {
    condition = alltrue(flatten([
      for policy in values(output.policies) : [
        for statement in jsondecode(policy).Statement : [for action in statement.Action : !strcontains(action, "*")]
      ]
    ]))
    error_message = "No action is a wildcard."
  }

  assert {
    condition = alltrue(flatten([
      for policy in values(output.policies) : [
        for statement in jsondecode(policy).Statement : [
          for action in statement.Action : contains([
            "cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cloudwatch:ListDashboards",
            "cloudwatch:ListMetrics", "ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs", "logs:DescribeLogGroups",
          ], action) || can(statement.Condition.StringEquals["cloudwatch:namespace"])
        ] if contains(statement.Resource, "*")
      ]
    ]))
    error_message = "Only what knows no resources may be done to every resource; metrics go into a namespace of ours."
  }

  assert {
    condition = alltrue(flatten([
      for statement in jsondecode(output.policies.operator).Statement : [
        for action in statement.Action :
        can(statement.Condition.StringEquals["aws:ResourceTag/authpulse.io/environment"]) ||
        can(statement.Condition.StringEquals["aws:RequestTag/authpulse.io/environment"])
        if can(regex("^kinesisanalytics:(Create|Delete|Rollback|Start|Stop|Tag|Update)", action))
      ]
    ]))
    error_message = "An application without the environment's tag is never changed."
  }

  assert {
    condition = alltrue(flatten([
      for policy in values(output.policies) : [
        for statement in jsondecode(policy).Statement :
        statement.Condition.StringEquals["iam:PassedToService"] == "kinesisanalytics.amazonaws.com"
        if contains(statement.Action, "iam:PassRole")
      ]
    ]))
    error_message = "The job's role is passed to Managed Flink only."
  }

  assert {
    condition     = alltrue([for policy in values(output.policies) : length(policy) <= 10240])
    error_message = "IAM takes 10240 characters of inline policies in a role."
  }
}

run "options_are_left_out_unless_chosen" {
  command = plan

  assert {
    condition = !anytrue([
      for policy in values(output.policies) : anytrue([
        for action in ["kms:", "ec2:", "iam:CreateRole", "glue:CreateTable", "kinesis:CreateStream"] :
        strcontains(policy, action)
      ])
    ])
    error_message = "Keys, networks and making the foundation have to be asked for."
  }

  assert {
    condition     = length(output.pod_trust) == 0
    error_message = "No roles of pods unless asked for."
  }
}

run "the_jobs_role_is_for_its_application_only" {
  command = plan

  variables {
    application = "scores"
  }

  assert {
    condition = (
      jsondecode(output.trust.job).Statement[0].Condition.ArnEquals["aws:SourceArn"] ==
      "arn:aws:kinesisanalytics:eu-west-1:111122223333:application/scores"
    )
    error_message = "Without the application's ARN another one of the account could take the role."
  }
}

run "pods_take_roles_by_their_service_accounts" {
  command = plan

  variables {
    pods = {
      identity          = "irsa"
      oidc_provider_arn = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC"
      namespaces        = { quality = "security" }
      service_accounts  = { quality = "authpulse-quality" }
    }
  }

  assert {
    condition = (
      jsondecode(output.pod_trust.quality).Statement[0].Condition.StringEquals == {
        "oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud" = "sts.amazonaws.com"
        "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub" = "system:serviceaccount:security:authpulse-quality"
      }
    )
    error_message = "IRSA asks for audience and subject."
  }

  assert {
    condition     = join(" ", keys(output.pod_trust)) == "operator quality workers"
    error_message = "Whoever has a service account has a role; the job's is the service's."
  }
}

run "pod_identity_asks_for_namespace_and_service_account" {
  command = plan

  variables {
    pods = { identity = "pod-identity" }
  }

  assert {
    condition = (
      jsondecode(output.pod_trust.operator).Statement[0].Condition.StringEquals == {
        "aws:RequestTag/kubernetes-namespace"       = "authpulse-system"
        "aws:RequestTag/kubernetes-service-account" = "authpulse-operator"
      }
    )
    error_message = "Any pod of the cluster could take the role otherwise."
  }
}

run "the_alarms_that_were_agreed" {
  command = plan

  assert {
    condition = (
      output.alarms["kinesis-iterator-age-high"].AlarmName == "authpulse-dev-kinesis-iterator-age-high" &&
      output.alarms["kinesis-iterator-age-high"].Threshold == 300000 &&
      output.alarms["kinesis-iterator-age-high"].ComparisonOperator == "GreaterThanOrEqualToThreshold" &&
      output.alarms["kinesis-iterator-age-high"].EvaluationPeriods == 3 &&
      output.alarms["kinesis-iterator-age-high"].Period == 60
    )
    error_message = "Iterator age: 300000 ms or more for 3 x 1 minute."
  }

  assert {
    condition     = output.alarms["flink-failed-checkpoints-rate"].Metrics[0].Expression == "DIFF(failed)"
    error_message = "Failed checkpoints are counted since the job began: a threshold on the count would never clear."
  }

  assert {
    condition = (
      output.alarms["dq-invalid-record-percent-high"].Threshold == 0.1 &&
      output.alarms["dq-invalid-record-percent-high"].Dimensions == [{ Name = "Environment", Value = "dev" }]
    )
    error_message = "Invalid records: above 0.1, in percent, of the environment."
  }

  assert {
    condition = alltrue([
      for kind, alarm in output.alarms :
      strcontains(output.composite_alarms["pipeline-unhealthy"].AlarmRule, ":alarm:${alarm.AlarmName}\"")
    ])
    error_message = "Every alarm is part of the composite one."
  }

  assert {
    condition = alltrue([
      for kind, alarm in output.alarms :
      strcontains(alarm.AlarmDescription, "docs/runbook.md") && endswith(alarm.AlarmDescription, kind)
    ])
    error_message = "Every alarm links to its part of the runbook."
  }
}

run "an_environment_has_letters_and_digits" {
  command = plan

  variables {
    environment = "dev-1"
  }

  expect_failures = [var.environment]
}

run "an_account_has_twelve_digits" {
  command = plan

  variables {
    account = "42"
  }

  expect_failures = [var.account]
}

run "regions_of_other_partitions_are_refused" {
  command = plan

  variables {
    region = "cn-north-1"
  }

  expect_failures = [var.region]
}

run "a_key_has_to_be_named" {
  command = plan

  variables {
    customer_key = true
  }

  expect_failures = [var.key_arn]
}

run "irsa_needs_the_clusters_provider" {
  command = plan

  variables {
    pods = { identity = "irsa" }
  }

  expect_failures = [var.pods]
}
