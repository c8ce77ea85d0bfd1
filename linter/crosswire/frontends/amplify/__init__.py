"""Lower the backend of an Amplify project of generation 1: a template for each of its parts, which name each other."""
