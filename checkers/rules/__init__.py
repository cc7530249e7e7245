"""One module a kind of requirement; each turns facts and a policy into findings."""
