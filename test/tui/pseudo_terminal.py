"""Runs a command in a pseudo-terminal, does the steps given as JSON in argv[1], and prints what happened as JSON."""
import base64, fcntl, json, os, pty, select, signal, struct, sys, termios, time

task = json.loads(sys.argv[1])


def set_size(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


pid, fd = pty.fork()
if pid == 0:
    set_size(0, task["columns"], task["rows"])
    os.execvpe(task["command"][0], task["command"], task["env"])

output = b""


def read_for(seconds, until=None):
    """Reads until the text has come, the time is over, or the command has ended."""
    global output
    start, end = len(output), time.time() + seconds
    while time.time() < end:
        if until is not None and until.encode() in output[start:]:
            return True
        ready, _, _ = select.select([fd], [], [], 0.02)
        if not ready:
            continue
        try:
            chunk = os.read(fd, 65536)
        except OSError:
            return until is None
        if chunk == b"":
            return until is None
        output += chunk
    return until is None


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
    found = read_for(30, step["until"]) if "until" in step else True
    # The rest of the frame, and the one drawn again after a resize.
    read_for(step.get("settle", 0.15))
    return {"found": found, "output": base64.b64encode(output).decode()}


steps = [do(step) for step in task["steps"]]
deadline, ended = time.time() + 5, False
while not ended and time.time() < deadline:
    read_for(0.05)
    ended = os.waitpid(pid, os.WNOHANG) if not ended else ended
    ended, status = (ended[0] != 0, ended[1])
if not ended:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(status) if ended else None
echo = bool(termios.tcgetattr(fd)[3] & termios.ECHO)
print(json.dumps({"steps": steps, "code": code, "echo": echo, "output": base64.b64encode(output).decode()}))
