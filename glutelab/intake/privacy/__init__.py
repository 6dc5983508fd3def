"""What tells who somebody is: it is found, not copied, and replaced by pseudonyms."""
