"""`netdsl report`: what its page is made of."""
