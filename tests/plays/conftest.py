"""Places to play at."""

from tests.pipeline.conftest import both as both
from tests.pipeline.conftest import filled_url as filled_url
from tests.pipeline.conftest import place as place
