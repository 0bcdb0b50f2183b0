"""What the office decides, and the code that loads and checks it."""
