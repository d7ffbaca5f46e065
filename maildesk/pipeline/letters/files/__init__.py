"""Files on their way: passed on with an answer, sent when asked for, left out where refused."""
