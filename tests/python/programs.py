"""Programs that test_processes.py runs in processes of their own. kit.py puts the imports and `say` before them."""

START = """
    provider = {source}
    client, runtime = Client(provider), Runtime(provider, RuntimeOptions({options}))

    working = threading.Event()

    @runtime.register_activity("work")
    def work(ctx, what):
        say("works")
        working.set()
        if what == "sleep":
            time.sleep(60)
        while what == "spin":
            pass
        if what == "polite":
            ctx.wait_for_cancellation()
        return what

    @runtime.register_orchestration("Work")
    def Work(ctx, what):
        return (yield ctx.schedule_activity("work", what))

    @runtime.register_orchestration("Echo")
    def Echo(ctx, what):
        return what

    @runtime.register_orchestration("Wait")
    def Wait(ctx, _):
        ctx.set_custom_status("waits")
        return (yield ctx.wait_for_event("go"))

    runtime.start()
"""


def started(body: str, source: str = "SqliteProvider.in_memory()", options: str = "") -> str:
    """`body` after a runtime has been started."""
    import textwrap

    return textwrap.dedent(START.format(source=source, options=options)) + textwrap.dedent(body)


UNTIL_IT_WORKS = """
client.start_orchestration("i", "Work", sys.argv[1])
working.wait()
"""

FORK = """
client.start_orchestration("i", "Echo", 1)
say("parent", client.wait_for_orchestration("i").output)
child = os.fork()
if child == 0:
    for call in (
        lambda: client.get_status("i"),
        lambda: client.start_orchestration("x", "Echo"),
        lambda: client.wait_for_orchestration("i", 1000),
        lambda: client.list_all_instances(),
        lambda: client.raise_event("i", "e"),
    ):
        try:
            call()
            say("went through")
        except RuntimeError as error:
            say("refused", "fork" in str(error))
    sys.exit(0)
say("child", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
client.start_orchestration("j", "Echo", 2)
say("parent", client.wait_for_orchestration("j").output)
runtime.shutdown()
"""

CTRL_C = """
import random
def interrupt_after(seconds):
    threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)).start()

client.start_orchestration("w", "Wait")
for call in (
    lambda: client.wait_for_orchestration("w", None),
    lambda: client.wait_for_status_change("w", 99, timeout_ms=60000),
    lambda: client.wait_for_kv_value("w", "key", 60000),
    lambda: client.wait_for_orchestration("nobody", 60000),
):
    try:
        interrupt_after(0.1)
        began = time.monotonic()
        call()
    except KeyboardInterrupt:
        say("interrupted", time.monotonic() - began < 1)

interrupts, count = 0, 0
pick = random.Random(7)
for round in range(30):
    try:
        interrupt_after(pick.random() * 0.02)
        while True:
            count += 1
            client.start_orchestration(f"{count}", "Echo", count)
            client.wait_for_orchestration(f"{count}")
            client.get_status(f"{count}")
            client.list_all_instances()
    except KeyboardInterrupt:
        interrupts += 1
say("interrupts", interrupts)
client.start_orchestration("end", "Echo", "fine")
say(client.wait_for_orchestration("end").output)
runtime.shutdown()
"""

CTRL_C_IN_ASYNCIO = """
client.start_orchestration("w", "Wait")
async def main():
    async with AsyncClient(provider) as own:
        await own.wait_for_orchestration("w", None)
try:
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    began = time.monotonic()
    asyncio.run(main())
except KeyboardInterrupt:
    say("interrupted", time.monotonic() - began < 1.5)
client.raise_event("w", "go", "fine")
say(client.wait_for_orchestration("w").output)
runtime.shutdown()
"""

INSIDE = """
provider = SqliteProvider.in_memory()
client, runtime = Client(provider), Runtime(provider, RuntimeOptions(orchestration_concurrency=1))

@runtime.register_orchestration("Inside")
def Inside(ctx, _):
    refused = 0
    for call in (
        lambda: client.start_orchestration("other", "Other"),
        lambda: client.wait_for_orchestration("other", 2000),
        lambda: client.get_status("other"),
        lambda: client.list_all_instances(),
        lambda: client.raise_event("other", "e"),
        lambda: runtime.shutdown(),
    ):
        try:
            call()
        except RuntimeError:
            refused += 1
    return refused
    yield

@runtime.register_orchestration("Other")
def Other(ctx, _):
    return 1

runtime.start()
client.start_orchestration("in", "Inside")
say(client.wait_for_orchestration("in", 20000).output)
runtime.shutdown()
"""

FINALLY = """
provider = SqliteProvider.in_memory()
client, runtime = Client(provider), Runtime(provider, RuntimeOptions(passivate_after_ms={passivate_after_ms}))
seen = []

@runtime.register_orchestration("Finally")
def Finally(ctx, _):
    try:
        ctx.set_kv_value("key", "before")
        ctx.set_custom_status("before")
        return (yield ctx.wait_for_event("go"))
    except GeneratorExit:
        seen.append("closed")
        raise
    finally:
        ctx.set_kv_value("key", "after")
        ctx.set_custom_status("after")
        ctx.trace_info("nothing")
        seen.append(str(ctx.get_kv_value("key")))

def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)

runtime.start()
client.start_orchestration("i", "Finally")
client.wait_for_kv_value("i", "key")
if sys.argv[1] == "eviction":
    until(lambda: len(seen) == 2)
if sys.argv[1] == "cancellation":
    client.cancel_instance("i")
    client.wait_for_orchestration("i")
    until(lambda: len(seen) == 2)
if sys.argv[1] == "shutdown":
    runtime.shutdown()
    until(lambda: len(seen) == 2)
say(*seen)
say(client.get_kv_value("i", "key"), client.get_status("i").custom_status)
if sys.argv[1] == "eviction":
    client.raise_event("i", "go", "done")
    say(client.wait_for_orchestration("i").output)
runtime.shutdown()
"""

DROPPED = """
class Noisy:
    alive = 0
    def __init__(self):
        Noisy.alive += 1
    def __del__(self):
        Noisy.alive -= 1
        sum(range(10))  # runs Python code, on whatever thread it is

held = Noisy()
provider = SqliteProvider.in_memory()
client, runtime = Client(provider), Runtime(provider, RuntimeOptions(passivate_after_ms=10))

def work(ctx, number, kept=Noisy()):
    own = Noisy()
    own.itself = own  # a ring
    return number

@runtime.register_activity("fails")
def fails(ctx, _, kept=held):
    own = Noisy()
    raise ValueError("with a frame that holds something")

@runtime.register_orchestration("Keeps")
def Keeps(ctx, number, kept=held):
    own = Noisy()
    first = yield ctx.schedule_activity("work", number)
    yield ctx.settle(ctx.schedule_activity("fails"))
    ctx.set_custom_status("waits")
    yield ctx.wait_for_event("go")
    return first

runtime.register_activity("work", work)
runtime.start()
for i in range(20):
    client.start_orchestration(f"{i}", "Keeps", i)
for i in range(20):
    client.wait_for_status_change(f"{i}", 0)
for i in range(0, 20, 2):
    client.raise_event(f"{i}", "go")
    client.wait_for_orchestration(f"{i}")
runtime.shutdown()
del work, fails, Keeps, runtime, client, provider, held
deadline = time.monotonic() + 10
while Noisy.alive and time.monotonic() < deadline:
    gc.collect()
    time.sleep(0.01)
say("alive", Noisy.alive)
"""

TRACED = """
events = [0]
def trace(frame, event, argument):
    events[0] += 1
    return trace
threading.settrace(trace)
threading.setprofile(lambda *_: None)
sys.settrace(trace)
client.start_orchestration("i", "Work", "x")
say(client.wait_for_orchestration("i").output)
runtime.shutdown()
sys.settrace(None)
say(events[0] > 0)
"""

SUBINTERPRETER = """
import _xxsubinterpreters as interpreters
runtime.shutdown()
other = interpreters.create()
try:
    interpreters.run_string(other, "import duroxide")
    say("imported")
except interpreters.RunFailedError as error:
    say("ImportError" in str(error), "subinterpreter" in str(error))
interpreters.destroy(other)
"""

LEAK = """
import resource
provider = SqliteProvider.in_memory()
client, runtime = Client(provider), Runtime(provider)
runtime.register_activity("echo", lambda ctx, value: value)

@runtime.register_activity("fail")
def fail(ctx, _):
    raise ValueError("x")

@runtime.register_orchestration("Work")
def Work(ctx, value):
    yield ctx.all([ctx.schedule_activity("echo", value), ctx.settle(ctx.schedule_activity("fail"))])
    return (yield ctx.race(ctx.schedule_activity("echo", value), ctx.schedule_timer(60000)))

def round(number, count):
    for i in range(count):
        client.start_orchestration(f"{number}-{i}", "Work", {"some": ["text", i]})
    for i in range(count):
        assert client.wait_for_orchestration(f"{number}-{i}").status == "Completed"
    assert client.delete_instance_bulk(InstanceFilter(limit=100000)).instances_deleted == count
    gc.collect()
    kib = int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() // 1024
    return len(gc.get_objects()), kib

runtime.start()
round(0, 500)
round(1, 2000)
before = round(2, 2000)
after = round(3, 2000)
say(after[0] - before[0], after[1] - before[1])
runtime.shutdown()
"""

# Counts each activity in a file, whichever process ran it.
LOAD = """
provider = SqliteProvider.open(sys.argv[1])
client, runtime = Client(provider), Runtime(provider, RuntimeOptions(worker_concurrency=4))

@runtime.register_activity("count")
def count(ctx, what):
    with open(sys.argv[2], "a") as file:
        file.write(what + "\\n")
    return len(what)

@runtime.register_orchestration("Load")
def Load(ctx, name):
    total = 0
    for i in range(5):
        total += yield ctx.schedule_activity("count", f"{name}/{i}")
    both = yield ctx.all_typed([ctx.schedule_activity("count", f"{name}/{step}") for step in "ab"])
    return total + sum(both)

runtime.start()
if sys.argv[3] == "start":
    for i in range(200):
        client.start_orchestration(f"{i:03}", "Load", f"{i:03}")
        say(f"{i:03}")
    time.sleep(60)
for name in sys.stdin.read().split():
    say(name, client.wait_for_orchestration(name, 40000).output)
say(client.verify().inconsistencies)
runtime.shutdown()
"""

GOES_AWAY = """
client.start_orchestration("i", "Wait")
client.wait_for_status_change("i", 0, timeout_ms=20000)
say("ready")
sys.stdin.readline()
for call in (
    lambda: client.wait_for_orchestration("i", 300),
    lambda: client.wait_for_status_change("i", 99, timeout_ms=300),
    lambda: client.wait_for_kv_value("i", "key", 300),
):
    try:
        call()
        say("went through")
    except (StoreError, TimeoutError):
        say("refused")
say("away")
sys.stdin.readline()
deadline = time.monotonic() + 40
while True:
    try:
        client.raise_event("i", "go", "back")
        break
    except (StoreError, TimeoutError):
        assert time.monotonic() < deadline
        time.sleep(0.05)
say(client.wait_for_orchestration("i", 40000).output)
runtime.shutdown(2000)
"""

PASSWORD = """
asked = []
def password():
    asked.append(threading.current_thread().name)
    return "token"
provider = PostgresProvider.connect_with_schema(sys.argv[1], sys.argv[2], password=password)
client, runtime = Client(provider), Runtime(provider)
runtime.register_orchestration("Echo", lambda ctx, value: value)
runtime.start()
client.start_orchestration("i", "Echo", 5)
say(client.wait_for_orchestration("i").output, len(asked) >= 2)
runtime.shutdown()

def broken():
    raise LookupError("no token today")
for bad in (broken, lambda: 5, lambda: None):
    try:
        PostgresProvider.connect_with_schema(sys.argv[1], sys.argv[2], password=bad)
        say("connected")
    except Exception as error:
        say(type(error).__name__, "no token today" in str(error))
"""

MANY_LOGS = """
seen = []
class Handler(logging.Handler):
    def emit(self, record):
        seen.append(record.getMessage())
logging.getLogger("duroxide").addHandler(Handler())
logging.getLogger("duroxide").setLevel(logging.DEBUG)
apply_levels()
runtime.shutdown()
provider = SqliteProvider.in_memory()
client, own = Client(provider), Runtime(provider)

@own.register_orchestration("Talks")
def Talks(ctx, number):
    for i in range(50):
        ctx.trace_info(f"{number}-{i}")
    yield ctx.schedule_timer(0)

own.start()
for i in range(20):
    client.start_orchestration(f"{i}", "Talks", i)
for i in range(20):
    client.wait_for_orchestration(f"{i}")
own.shutdown()
deadline = time.monotonic() + 20
wanted = {f"{n}-{i}" for n in range(20) for i in range(50)}
while not wanted <= set(seen) and time.monotonic() < deadline:
    time.sleep(0.01)
say(wanted <= set(seen), len([each for each in seen if each in wanted]))
"""
