"""Runs a command in a pseudo-terminal. argv[1] says which, as JSON; each line on stdin is something to do there, each line on
stdout something that happened: what came, and at the end how the command ended."""
import base64, fcntl, json, os, pty, select, signal, struct, sys, termios, time

task = json.loads(sys.argv[1])
SECONDS_TO_END = 5


def set_size(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


pid, fd = pty.fork()
if pid == 0:
    set_size(0, task["columns"], task["rows"])
    os.execvpe(task["command"][0], task["command"], task["env"])


def tell(**what):
    print(json.dumps(what), flush=True)


def do(step):
    kind, value = step["do"], step.get("value")
    if kind == "type":
        os.write(fd, value.encode())
    elif kind == "resize":
        set_size(fd, *value)
    elif kind == "signal":
        os.kill(pid, getattr(signal, value))
    elif kind == "write":
        with open(value[0], value[2]) as file:
            file.write(value[1])
    tell(done=True)


def read_terminal():
    """Whether there is more to come."""
    try:
        chunk = os.read(fd, 65536)
    except OSError:
        return False
    if chunk != b"":
        tell(output=base64.b64encode(chunk).decode())
    return chunk != b""


is_open, orders, deadline, status = True, b"", None, None
while status is None and (deadline is None or time.time() < deadline):
    sources = ([fd] if is_open else []) + ([0] if deadline is None else [])
    ready, _, _ = select.select(sources, [], [], 0.02)
    if fd in ready:
        is_open = read_terminal()
    if 0 in ready:
        chunk = os.read(0, 65536)
        *lines, orders = (orders + chunk).split(b"\n")
        for line in lines:
            do(json.loads(line))
        # Nothing more will be asked for.
        if chunk == b"":
            deadline = time.time() + SECONDS_TO_END
    if not is_open or deadline is not None:
        ended, found = os.waitpid(pid, os.WNOHANG)
        status = found if ended != 0 else None
if status is None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
while is_open and select.select([fd], [], [], 0)[0]:
    is_open = read_terminal()
echo = bool(termios.tcgetattr(fd)[3] & termios.ECHO)
tell(code=None if status is None else os.waitstatus_to_exitcode(status), echo=echo)
