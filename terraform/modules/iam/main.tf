# The role that the Flink job takes. The application itself is the operator's: nothing here refers to it but by name.

resource "aws_iam_role" "job" {
  name               = var.name
  description        = "AuthPulse: the Flink job"
  assume_role_policy = var.trust
  tags               = var.tags
}

# Under this name the operator looks for it.
resource "aws_iam_role_policy" "job" {
  name   = "job"
  role   = aws_iam_role.job.id
  policy = var.policy
}
