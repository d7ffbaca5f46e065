"""What customers may have done by mail, without anybody's help."""
