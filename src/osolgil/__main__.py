"""`python -m osolgil`: the command line."""

from osolgil.cli import main

if __name__ == "__main__":
    main()
