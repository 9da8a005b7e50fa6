# One image for three roles: migrate, web and worker. See docs/run-for-real.md.
FROM node:22-bookworm-slim AS frontend
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev \
    && mkdir node_modules/.vendor \
    && cp node_modules/hls.js/dist/hls.min.mjs node_modules/tus-js-client/dist/tus.min.js node_modules/.vendor/

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 hearthlight \
    && install -d -o hearthlight /data
WORKDIR /app
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/app/site:/app \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    DATA_DIR=/data \
    STATIC_ROOT=/app/static
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt
COPY --from=frontend /app/node_modules ./node_modules
COPY . .
RUN python tools/catalogue.py compile \
    && SECRET_KEY=only-while-the-image-is-built-and-never-after-that-moment ALLOWED_HOSTS=localhost \
       SITE_URL=https://localhost DATA_DIR=/tmp/build python manage.py collectstatic --noinput -v0
USER hearthlight
VOLUME /data
EXPOSE 8000
CMD ["gunicorn"]
