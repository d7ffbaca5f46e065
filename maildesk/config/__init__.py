"""What people decide outside the code: settings (where) and policy (how), read
from the desk folder."""
