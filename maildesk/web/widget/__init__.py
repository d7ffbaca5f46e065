"""The web form in a frame of another site's page: the script that puts it there, the page inside,
and whom that site's server vouches for."""
