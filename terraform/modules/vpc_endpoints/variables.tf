variable "prefix" {
  type        = string
  description = "What names begin with."
}

variable "region" {
  type        = string
  description = "Region of the VPC."
}

variable "vpc_id" {
  type        = string
  description = "The VPC."
}

variable "subnet_ids" {
  type        = list(string)
  description = "Subnets that the endpoints have an address in."
}

variable "route_table_ids" {
  type        = list(string)
  description = "Route tables of those subnets, for S3."
}

variable "from_security_group_ids" {
  type        = set(string)
  description = "Security groups of the job (spec.flink.vpc.securityGroupIds) and of pods."
}

variable "services" {
  type        = set(string)
  description = "Services that get an endpoint of their own; S3 has one anyway."
  default     = ["athena", "glue", "kinesis-streams", "logs", "monitoring", "sns", "sts"]
}

variable "tags" {
  type        = map(string)
  description = "Tags of endpoints and security group."
  default     = {}
}
