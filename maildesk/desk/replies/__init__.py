"""What becomes of an agent's answer before it goes: canned words, signature, second thoughts."""
