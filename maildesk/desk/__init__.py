"""What a service desk says. Pure: values in, values out; the time is an argument."""
