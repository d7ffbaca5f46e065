"""The room of OAuth."""
