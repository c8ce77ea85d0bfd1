# With the values of an environment at hand, what it leaves out is what the defaults say.
stream = true
