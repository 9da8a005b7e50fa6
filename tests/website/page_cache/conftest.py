"""Where pages are kept, and the pages."""

import pytest
import redis
from django.core.cache import caches
from django.db import connection

from website.models import HomePage, PlainPage

REDIS = f"redis://127.0.0.1:6379/{8 if connection.vendor == 'sqlite' else 7}"  # numbers of their own
LOCAL = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages-of-tests"}
SHARED = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS}


@pytest.fixture
def kept(settings, tmp_path):
    """Pages are kept in the memory of this process."""
    settings.DATA_DIR, settings.REDIS_URL = tmp_path, ""
    settings.CACHES = settings.CACHES | {"pages": LOCAL}
    yield caches["pages"]
    caches["pages"].clear()


@pytest.fixture
def kept_in_redis(settings):
    """Pages are kept where every process finds them."""
    try:
        redis.Redis.from_url(REDIS, socket_connect_timeout=1).flushdb()
    except redis.exceptions.RedisError:
        pytest.skip("Redis does not answer on this machine.")
    settings.REDIS_URL = REDIS
    settings.CACHES = settings.CACHES | {"pages": SHARED}
    yield caches["pages"]
    redis.Redis.from_url(REDIS).flushdb()


@pytest.fixture(params=["kept", "kept_in_redis"])
def anywhere(request):
    """Both places in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def home(db):
    return HomePage.objects.get()


@pytest.fixture
def about(home):
    page = home.add_child(instance=PlainPage(title="About us", slug="about"))
    page.save_revision().publish()
    return page
