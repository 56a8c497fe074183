"""Result files of as many rows as wanted, as odbench-run would write them: every column, blocks in
a shuffled order in each repetition, some failed requests, a warm-up. The same seed makes the same
file."""
import multiprocessing
import os
import random
import shutil

CLIENT, TARGETS = "lab", ("lab", "edge", "cloud")
MODELS = ("ssd-mobilenet", "frcnn-resnet50", "yolov5s", "efficientdet-d0")
PROTOCOLS = (("tfs-grpc", "tensor"), ("tfs-rest", "json"))
IMAGES = 500
START_UNIX_NS = 1764547200000000000
# Median milliseconds that each adds.
TARGET_MS = {"lab": 1, "edge": 9, "cloud": 35}
MODEL_MS = {"ssd-mobilenet": 12, "frcnn-resnet50": 240, "yolov5s": 60, "efficientdet-d0": 33}
PROTOCOL_MS = {"tfs-grpc": 2, "tfs-rest": 11}

COLUMNS = (
    "schema,run_id,cell_id,rep,seq,attempt,phase,pair,client,target,placement,model,model_version,"
    "weights,protocol,payload,batch,concurrency,rate,connection,image_id,file_name,file_bytes,width,"
    "height,gt_objects,start_unix_ns,sched_ns,send_ns,end_ns,status,code,error,service_ns,response_ns,"
    "prepare_ns,decode_ns,queue_ns,dns_ns,connect_ns,tls_ns,upload_ns,upload_acked_ns,wait_ns,"
    "download_ns,remainder_ns,srv_total_ns,srv_decode_ns,srv_queue_ns,srv_preprocess_ns,srv_infer_ns,"
    "srv_postprocess_ns,srv_proposals,srv_source,conn_id,tcp_rtt_ns,tcp_retransmits,bytes_up,"
    "bytes_down,detections,max_score,result_hash")


class Image:
    def __init__(self, number, draw):
        self.width, self.height = draw.choice(((640, 480), (640, 427), (480, 640), (500, 375)))
        self.bytes = int(draw.lognormvariate(11.9, 0.4))
        self.objects = min(int(draw.expovariate(0.14)), 90)
        self.fields = (f"{number},{number:012}.jpg,{self.bytes},{self.width},{self.height},"
                       f"{self.objects},{START_UNIX_NS}")
        self.score = round(draw.uniform(0.5, 0.999), 6)
        self.hash = f"{draw.getrandbits(64):016x}"


class Cell:
    def __init__(self, number, target, model, protocol, payload):
        self.ns = (TARGET_MS[target] + MODEL_MS[model] + PROTOCOL_MS[protocol]) * 1e6
        self.infer_ns, self.upload_ns = MODEL_MS[model] * 0.9e6, PROTOCOL_MS[protocol] * 1e5
        self.head = f"1,20260101T000000Z-bench,c{number:03},"
        placement = "local" if target == CLIENT else "remote"
        self.cell = (f",,{CLIENT},{target},{placement},{model},1,trained,{protocol},{payload},1,1,,"
                     "reuse,")
        self.code = 0 if protocol == "tfs-grpc" else 200
        self.expansion = 3 if payload == "tensor" else 10.7
        self.conn = number


def world(seed):
    draw = random.Random(f"{seed} world")
    images = [Image(139 + 37 * i, draw) for i in range(IMAGES)]
    cells = [Cell(i + 1, *names) for i, names in enumerate(
        (target, model, *form) for target in TARGETS for model in MODELS for form in PROTOCOLS)]
    return images, cells


def block(cell, images, rep, seq, draw):
    """The lines of one pass over the images."""
    lines = []
    phase = "warmup" if rep == 0 else "main"
    gauss, uniform, infer = draw.gauss, draw.random, cell.infer_ns
    clock = 1000000 + seq * 60000000
    for image in images:
        seq += 1
        service = int(cell.ns * (1 + 0.08 * gauss(0, 1)) + image.bytes * 8 + image.objects * 20000)
        if uniform() < 0.01:
            service = int(service * (1.5 + 3 * uniform()))
        service = service if service > 1000000 else 1000000
        due = clock + int(60000 * uniform())
        end = due + service
        prepare, rtt = 2000000 + int(500000 * uniform()), 40000 + int(9000 * uniform())
        line = f"{cell.head}{rep},{seq},1,{phase}{cell.cell}{image.fields},{clock},{due},{end},"
        if uniform() < 0.001:
            lines.append(f"{line}timeout,,no whole reply within 30 s,,{end - clock},{prepare},,{due - clock},"
                         f",,,,,,,,,,,,,,,,{cell.conn},{rtt},0,{int(image.width * image.height * cell.expansion)},,,,\n")
        else:
            upload, download = int(cell.upload_ns * (1 + uniform())), 20000 + int(9000 * uniform())
            wait = service - upload - download - 4000
            run = min(int(infer * (1 + 0.02 * gauss(0, 1))), wait - 120000)
            run = run if run > 0 else 0
            lines.append(
                f"{line}ok,{cell.code},,{service},{end - clock},{prepare},{90000 + int(9000 * uniform())},"
                f"{due - clock},,,,{upload},{upload + rtt},{wait},{download},4000,{run + 90000},,"
                f"{int(9000 * uniform())},61000,{run},20000,,server-timing,{cell.conn},{rtt},0,"
                f"{int(image.width * image.height * cell.expansion)},{400 + image.objects * 36},"
                f"{image.objects},{image.score},{image.hash}\n")
        clock = end + prepare + 150000
    return "".join(lines)


def part(work):
    """Some repetitions into a file of their own."""
    path, seed, first, last, rows = work
    images, cells = world(seed)
    size = len(images) * len(cells)
    with open(path, "w", encoding="ascii") as out:
        for rep in range(first, last):
            draw = random.Random(f"{seed} {rep}")
            order = draw.sample(cells, len(cells))
            for i, cell in enumerate(order):
                seq = rep * size + i * len(images)
                out.write(block(cell, images[:max(0, rows - seq)], rep, seq, draw))
    return path


def make(path, rows, seed=1):
    """Writes a file of so many rows; about 430 bytes each."""
    images, cells = world(seed)
    repetitions = -(-rows // (len(images) * len(cells)))
    step = max(1, -(-repetitions // 64))
    work = [(f"{path}.{first}", seed, first, min(first + step, repetitions), rows)
            for first in range(0, repetitions, step)]
    with multiprocessing.Pool() as pool, open(path, "wb") as out:
        out.write(f"{COLUMNS}\n".encode("ascii"))
        for name in pool.imap(part, work):
            with open(name, "rb") as f:
                shutil.copyfileobj(f, out, 1 << 20)
            os.unlink(name)
