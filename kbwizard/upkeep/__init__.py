"""What keeps an installation in good order: backup, restore, and forgetting in time."""
