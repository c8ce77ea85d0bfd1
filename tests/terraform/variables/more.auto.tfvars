from_auto        = ["x", "y"]
overridden_twice = "second"
