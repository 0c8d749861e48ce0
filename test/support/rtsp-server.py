"""A real RTSP server (GStreamer) for the tests: plays a video file to each client from its beginning.

    /usr/bin/python3 rtsp-server.py FILE PORT [USER PASSWORD]
prints "ready" once it listens. The stream is at /stream.
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer

path, port = sys.argv[1], sys.argv[2]
codec = "h265" if "h265" in path else "h264"
Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_service(port)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(f'( filesrc location="{path}" ! qtdemux ! {codec}parse config-interval=-1 ! video/x-{codec},alignment=au,stream-format=byte-stream ! rtp{codec}pay name=pay0 pt=96 )')
if len(sys.argv) > 4:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(sys.argv[3], sys.argv[4]), token)
    server.set_auth(auth)
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("user", "media.factory.access", True)
    permissions.add_permission_for_role("user", "media.factory.construct", True)
    factory.set_permissions(permissions)
server.get_mount_points().add_factory("/stream", factory)
server.attach(None)
print("ready", flush=True)
GLib.MainLoop().run()
