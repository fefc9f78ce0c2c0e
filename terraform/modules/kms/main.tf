# A key of one's own for everything that holds data. It goes 30 days after its deletion was asked for, and with it
# whatever it encrypted.

resource "aws_kms_key" "this" {
  description             = "AuthPulse: stream, bucket, topic and logs"
  policy                  = var.policy
  enable_key_rotation     = true
  deletion_window_in_days = 30
  tags                    = var.tags
}

resource "aws_kms_alias" "this" {
  name          = var.alias
  target_key_id = aws_kms_key.this.key_id
}
