"""Mails as the desk means them: who gets one, what it may show and carry, and in which words."""
