"""The rules of rules.yaml: conditions, actions, assignment, and what a rule's firing leads to."""
