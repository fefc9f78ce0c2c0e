# Roles of pods: the operator's and the workers'. Who takes them is said in the trust policies, for IRSA or for Pod
# Identity; without either there are no roles. Pod Identity's associations belong to whoever has the cluster.

resource "aws_iam_role" "pods" {
  for_each = var.trust

  name               = var.role_names[each.key]
  description        = "AuthPulse: ${var.what_for[each.key]}"
  assume_role_policy = each.value
  tags               = var.tags
}

resource "aws_iam_role_policy" "pods" {
  for_each = var.trust

  name   = each.key
  role   = aws_iam_role.pods[each.key].id
  policy = var.policies[each.key]
}
