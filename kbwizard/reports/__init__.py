"""What those who answer for the content need to see: what is due, who has read, what is missing."""
