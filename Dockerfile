# callbot and its SIP bridge in one image; docker-compose.yml runs it twice. Built with the same commands as on a machine.
# Models, voices and the learnt questions are fetched here, once: a container needs no network but its callers'.
FROM debian:12.11-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates make python3 python3-venv
WORKDIR /opt/callbot
ENV PIP_NO_CACHE_DIR=1 PIP_PROGRESS_BAR=off CALLBOT_DATA_DIR=/var/lib/callbot
# The packages in a layer of their own: a change of our code does not fetch them again.
COPY Makefile requirements.lock ./
COPY scripts/venv.sh scripts/
RUN make .venv/bin/python \
 && .venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock
COPY LICENSE README.md pyproject.toml ./
COPY models models
COPY voices voices
COPY callbot callbot
COPY sip_bridge sip_bridge
COPY deploy/healthy.py deploy/
RUN make setup \
 && mkdir -p -m 700 /var/lib/callbot/bridge /var/lib/callbot/bridge/journal

FROM debian:12.11-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/callbot --shell /usr/sbin/nologin callbot
COPY --from=build /opt/callbot /opt/callbot
COPY --from=build --chown=callbot:callbot /var/lib/callbot /var/lib/callbot
WORKDIR /opt/callbot
ENV PATH=/opt/callbot/.venv/bin:$PATH PYTHONUNBUFFERED=1 CALLBOT_DATA_DIR=/var/lib/callbot
USER callbot
VOLUME /var/lib/callbot
EXPOSE 8080 8081 8082 5070/udp 5070/tcp 5071/tcp
HEALTHCHECK --interval=30s --timeout=5s --start-period=5m CMD ["python", "deploy/healthy.py", "service"]
CMD ["callbot", "serve"]
