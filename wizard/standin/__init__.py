"""AWS on this machine: real boto3 and the real `aws` speak to it, nothing leaves the machine.

moto answers for IAM, STS, EC2, Secrets Manager, ECR, RDS and CloudWatch Logs; App Runner, the RDS
Data API and the passing of time are this package's own. Used by the demo and by the tests.
"""
