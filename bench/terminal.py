"""Uses `regimes watch` in a pseudo-terminal for some minutes; prints times, memory and share of a core as JSON.

argv: minutes, then the command. Each minute: half of it nothing is typed, half of it a key every quarter of a second.
"""
import fcntl, json, os, pty, select, struct, sys, termios, time

MINUTES, COMMAND = float(sys.argv[1]), sys.argv[2:]
COLUMNS, ROWS = 120, 40
IDLE, BUSY, PAUSE = 30, 30, 0.25
TICKS = os.sysconf("SC_CLK_TCK")
# Keys: views, and the toy changed with its phase diagram shown.
VIEWS = [b"c", b"n", b"b", b"t", b"r", b"o", b"?", b"?"]
DIAGRAM = [b"d", b"+", b"c", b"d", b"-", b"o"]
# What ends a frame: of a frame only the cells are written that have changed, so there is no text to wait for.
FRAME = b"\x1b[?2026l"

pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    os.execvpe(COMMAND[0], COMMAND, dict(os.environ, TERM="xterm-256color", NODE_ENV="production"))

written = 0


def read(seconds, until=None):
    """What comes within so many seconds; ends early once `until` has come."""
    global written
    output, end = b"", time.time() + seconds
    while time.time() < end:
        ready, _, _ = select.select([fd], [], [], max(0, end - time.time()))
        if not ready:
            break
        output += os.read(fd, 65536)
        if until and until in output:
            break
    written += len(output)
    return output


def seconds_used():
    """Processor seconds of the process, all its threads together."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def thread_milliseconds():
    """Processor milliseconds of the thread that answers keys."""
    with open(f"/proc/{pid}/task/{pid}/schedstat") as file:
        return int(file.read().split()[0]) / 1e6


def memory():
    """MiB that the process holds."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024


def press(key):
    """Milliseconds from a key to the frame that shows it, of the clock and of the processor, and bytes up to the next key."""
    read(0.001)
    start, used, before = time.time(), thread_milliseconds(), written
    os.write(fd, key)
    assert FRAME in read(5, FRAME), key
    took = 1000 * (time.time() - start), thread_milliseconds() - used
    read(PAUSE)
    return *took, written - before


read(5)
os.write(fd, b"1")
read(1)
idle, views, diagram, sizes = [], [], [], []
for _ in range(max(1, round(MINUTES))):
    used, start = seconds_used(), time.time()
    read(IDLE)
    idle.append((seconds_used() - used) / (time.time() - start))
    sizes.append(memory())
    start = time.time()
    while time.time() - start < BUSY:
        views += [press(key) for key in VIEWS]
        diagram += [press(key) for key in DIAGRAM]
    sizes.append(memory())
os.write(fd, b"q")
try:
    read(5)
except OSError:
    pass  # The other end has closed: the application has ended.
print(json.dumps({"idle": idle, "views": views, "diagram": diagram, "memory": sizes, "written": written}))
