"""The health of the installation: findings in words, each with its next step."""
