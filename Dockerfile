# The action, and the command `fgd`, in one image. GitHub builds it as root, mounts the workspace and sets the working
# directory itself: there is no USER and no WORKDIR on purpose.
ARG BASE=python:3.13-slim-trixie@sha256:9d2e5553305c7c7b0097999bb17187c69b921ccd6bc9d40e4bb5ebe652c00285

# hadolint ignore=DL3006
FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore PIP_ONLY_BINARY=:all:
COPY docker/requirements.txt docker/requirements-build.txt /build/
RUN python3 -m venv /build/tools && python3 -m venv /opt/fgd \
 && /build/tools/bin/pip install --quiet --no-deps --require-hashes -r /build/requirements-build.txt \
 && /build/tools/bin/pip --python /opt/fgd/bin/python install --quiet --no-deps --require-hashes -r /build/requirements.txt
COPY pyproject.toml README.md LICENSE /build/source/
COPY schemas /build/source/schemas
COPY examples/workflows /build/source/examples/workflows
COPY src /build/source/src
RUN /build/tools/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /build/wheels /build/source \
 && /build/tools/bin/pip --python /opt/fgd/bin/python install --quiet --no-deps --no-index /build/wheels/*.whl \
 && /opt/fgd/bin/python -m pip uninstall --quiet --yes pip \
 && /opt/fgd/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/fgd/lib

# hadolint ignore=DL3006
FROM ${BASE}
# The distribution's own git, without a version: its security updates must not wait for a release of ours. What comes
# along for its commands in Perl, its mail and its servers is left out: half of the layer, and nothing here calls it.
# Neither is pip of the base.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log \
    /usr/share/perl /usr/share/perl5 /usr/lib/*-linux-gnu/perl /usr/share/gitweb /usr/share/locale/*/LC_MESSAGES/git.mo \
    /usr/lib/git-core/git-daemon /usr/lib/git-core/git-http-backend /usr/lib/git-core/git-http-fetch \
    /usr/lib/git-core/git-http-push /usr/lib/git-core/git-imap-send /usr/lib/git-core/git-shell /usr/lib/git-core/scalar \
    /usr/local/bin/pip* /usr/local/lib/python3.*/ensurepip /usr/local/lib/python3.*/site-packages/pip*
COPY --from=build /opt/fgd /opt/fgd
COPY docker/fgd-post /usr/local/bin/fgd-post
ENV PATH=/opt/fgd/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
LABEL org.opencontainers.image.title="fgd-sync" \
      org.opencontainers.image.description="Keeps the manifests of Hedgehog Open Network Fabrics in git canonical, validated and explained" \
      org.opencontainers.image.licenses="Apache-2.0"
ENTRYPOINT ["fgd"]
