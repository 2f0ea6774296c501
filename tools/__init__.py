"""What the project needs to look after itself: licences, lock files, the bundle. Nothing imports it."""
