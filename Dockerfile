# Two images, without a shell or a package manager: `service` is what docker-compose.yml runs, and the command chooses which service;
# `edge` is the agent of a camera host. They need no network at run time.
#
#   docker build --target service --tag sightline:local .
#   docker build --target edge --tag sightline-edge:local .
FROM node:24.19.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY schemas/package.json schemas/
COPY runtime/package.json runtime/
COPY geometry/package.json geometry/
COPY models/package.json models/
COPY recognition/package.json recognition/
COPY matching/package.json matching/
COPY broker/package.json broker/
COPY edge-agent/package.json edge-agent/
COPY matcher/package.json matcher/
COPY vendor-sim/package.json vendor-sim/
COPY api/package.json api/
COPY console/package.json console/
COPY replay/package.json replay/
COPY bench/package.json bench/
COPY cli/package.json cli/
COPY test/package.json test/
RUN npm ci --no-audit --no-fund
COPY . .
RUN npx tsc -b tsconfig.build.json && node cli/console-build.mjs

FROM build AS service-files
# What reads plates and the embedded ClickHouse are for camera hosts, trials and benchmarks, and most of what npm installs. Sources,
# types and maps are for people who change the program.
RUN npm prune --omit=dev \
  && rm -rf node_modules/@chdb node_modules/chdb node_modules/onnxruntime-* node_modules/tesseract.js* node_modules/@tesseract.js* \
    node_modules/@gutenye docs test training deploy \
  && find . -type f \( -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' -o -name '*.tsbuildinfo' \) -delete
RUN mkdir -p /volumes/data /volumes/nodes/1 /volumes/nodes/2 /volumes/nodes/3
COPY deploy/containers/bare-root.sh /usr/local/bin/
RUN bare-root.sh /bare node -- /app/node_modules

FROM build AS edge-files
RUN node cli/dist/main.js pack edge --out /pack && mkdir -p /edge /volumes/data /volumes/spool \
  && tar --extract --file /pack/sightline-edge-*.tar.gz --directory /edge --strip-components 1

# The decoder of a camera host: Debian's source with Debian's repairs, without what only encodes, filters sound or draws. Debian's own
# package installs 500 MB.
FROM node:24.19.0-bookworm-slim AS ffmpeg
WORKDIR /ffmpeg
RUN echo 'deb-src http://deb.debian.org/debian bookworm main' > /etc/apt/sources.list.d/source.list \
  && echo 'deb-src http://deb.debian.org/debian-security bookworm-security main' >> /etc/apt/sources.list.d/source.list \
  && apt-get update \
  && apt-get install --yes --no-install-recommends dpkg-dev gcc libc6-dev make nasm pkg-config libdav1d-dev \
  && apt-get source ffmpeg
RUN cd ffmpeg-*/ && ./configure --prefix=/usr/local --disable-everything --disable-autodetect --disable-doc --disable-debug --disable-ffplay \
    --disable-swresample --disable-postproc --enable-libdav1d --enable-v4l2-m2m --enable-pthreads --enable-runtime-cpudetect \
    --enable-protocol=file,pipe,rtp,srtp,udp,tcp \
    --enable-demuxer=concat,rtsp,rtp,sdp,mov,matroska,avi,mpegts,mpegps,mpegvideo,m4v,h264,hevc,av1,ivf,obu,flv,live_flv,asf,mjpeg,mxf,ogg,nut,dhav,yuv4mpegpipe \
    --enable-indev=v4l2 \
    --enable-decoder=h264,hevc,mjpeg,mpeg1video,mpeg2video,mpeg4,h263,h263i,h263p,flv,vp8,vp9,libdav1d,theora,wmv1,wmv2,wmv3,vc1,msmpeg4v1,msmpeg4v2,msmpeg4v3,rawvideo,wrapped_avframe,ffv1,huffyuv,ffvhuff,png,jpeg2000,prores,dvvideo,h264_v4l2m2m,hevc_v4l2m2m,mpeg4_v4l2m2m,vp8_v4l2m2m,vp9_v4l2m2m \
    --enable-parser=h264,hevc,mjpeg,mpegvideo,mpeg4video,h263,vp8,vp9,av1,vc1,png \
    --enable-bsf=h264_mp4toannexb,hevc_mp4toannexb,vp9_superframe_split,av1_frame_split,extract_extradata,mpeg4_unpack_bframes,null \
    --enable-filter=bwdif,fps,scale,format,showinfo,null,buffer,buffersink,transpose,hflip,vflip,rotate,trim \
    --enable-encoder=rawvideo,wrapped_avframe --enable-muxer=rawvideo,null \
  && make -j"$(nproc)" ffmpeg ffprobe && install --strip ffmpeg ffprobe /usr/local/bin/

FROM ffmpeg AS edge-root
COPY --from=edge-files /edge /opt/sightline-edge
COPY deploy/containers/bare-root.sh /usr/local/bin/
RUN bare-root.sh /bare node ffmpeg ffprobe stty -- /opt/sightline-edge

FROM scratch AS edge
COPY --from=edge-root /bare /
COPY --from=edge-files --chown=1000:1000 /volumes /
COPY --from=edge-files /edge /opt/sightline-edge
ENV PATH=/usr/local/bin:/usr/bin NODE_ENV=production HOME=/tmp
# An arena of the allocator for each thread of the decoders would cost 40 MB more.
ENV MALLOC_ARENA_MAX=2
# The agent returns freed memory to the system at once: another 40 MB less. It starts its decoders without this setting.
ENV MALLOC_TRIM_THRESHOLD_=131072
USER node
WORKDIR /data
VOLUME /data
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9090/health').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/opt/sightline-edge/node_modules/@sightline/edge-agent/dist/command/main.js"]
CMD ["edge", "run", "--config", "/etc/sightline/edge.yaml", "--state", "/data", "--spool", "/data/spool", "--monitor-port", "9090"]

FROM scratch AS service
COPY --from=service-files /bare /
# Volumes that are new take over the owner: /data of each service, /nodes of the broker's nodes (docker-compose.yml).
COPY --from=service-files --chown=1000:1000 /volumes /
COPY --from=service-files /app /app
ENV PATH=/usr/local/bin NODE_ENV=production HOME=/tmp
USER node
WORKDIR /app
ENTRYPOINT ["node", "/app/cli/dist/main.js"]
CMD ["--help"]
