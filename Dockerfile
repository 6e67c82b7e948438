# Pinned by its exact version. Where images are mirrored, pin it by digest too: NODE_IMAGE=node@sha256:...
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# What compilers and debuggers read is half of it.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
  && find node_modules -regex '.*\.\(d\.[cm]?ts\|map\)' -delete

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN node_modules/.bin/tsc -p tsconfig.build.json --sourceMap false --declaration false

FROM ${NODE_IMAGE} AS init
RUN apt-get update && apt-get install --yes --no-install-recommends tini

FROM ${NODE_IMAGE}
# The first process of a container has to pass signals on and take in orphans, which Node.js does not.
COPY --from=init /usr/bin/tini /usr/bin/tini
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json app.yml ./
# Volumes take the owner over from these folders: compose.yaml mounts all three, the server alone needs /data.
RUN mkdir /data /registry /credentials /trust && chown 1000:1000 /data /registry /credentials /trust
ENV NODE_ENV=production DATA_DIR=/data
# `node` in the base image; as a number, so that platforms that forbid root can see that it is not.
USER 1000:1000
VOLUME /data
EXPOSE 3000
# The embedded store may hold the process up for seconds.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/usr/bin/tini", "--", "node", "/app/dist/main.js"]
CMD ["serve"]
