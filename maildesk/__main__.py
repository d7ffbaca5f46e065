"""`python -m maildesk`: the command line, also where no script of that name is on the PATH."""

from maildesk.cli import main

if __name__ == "__main__":
    main()
