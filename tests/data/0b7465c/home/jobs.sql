BEGIN TRANSACTION;
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    total INTEGER,
    cursor INTEGER
);
INSERT INTO "events" VALUES(1,'small-20261128-185750',1.79589227004776930815e+09,'state','queued',NULL,NULL);
INSERT INTO "events" VALUES(2,'small-20261128-185750',1.7958922700478410721e+09,'state','running',NULL,NULL);
INSERT INTO "events" VALUES(3,'small-20261128-185750',1.79589227042659926414e+09,'resumed','from step 0',0,0);
INSERT INTO "events" VALUES(4,'small-20261128-185750',1.79589227646096754069e+09,'state','finished',NULL,NULL);
CREATE TABLE metrics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    stage TEXT NOT NULL,
    step INTEGER NOT NULL,
    total INTEGER NOT NULL,
    seconds REAL NOT NULL,
    "values" TEXT NOT NULL,
    UNIQUE (run, number),
    UNIQUE (run, total)
);
INSERT INTO "metrics" VALUES(1,'small-20261128-185750',1,'closed form',0,0,0.204,'{"memory": 641.1, "levels": ["1:1", "2:1", "4:1"], "mse": [0.014136148616671562, 0.02340506948530674, 0.03107101283967495], "psnr": [18.49668897636755, 16.306900651949242, 15.076445895672833], "ssim": [0.6549504548311234, 0.5943447649478912, 0.5153670907020569]}');
INSERT INTO "metrics" VALUES(2,'small-20261128-185750',2,'level 2',1,1,0.204,'{"loss": 0.04061109572649002, "rate": 0.001, "memory": 801.9, "throughput": 5.4}');
INSERT INTO "metrics" VALUES(3,'small-20261128-185750',3,'level 2',2,2,0.218,'{"loss": 0.03911863639950752, "rate": 0.001, "memory": 801.9, "throughput": 7665.9, "levels": ["1:1", "2:1", "4:1"], "mse": [0.014136148616671562, 0.02340506948530674, 0.03106316179037094], "psnr": [18.49668897636755, 16.306900651949242, 15.077543413239722], "ssim": [0.6549504548311234, 0.5943447649478912, 0.5150429755449295]}');
INSERT INTO "metrics" VALUES(4,'small-20261128-185750',4,'joint',1,3,0.226,'{"loss": 0.06853538751602173, "rate": 0.001, "memory": 808.3, "throughput": 1353.9}');
INSERT INTO "metrics" VALUES(5,'small-20261128-185750',5,'joint',2,4,0.232,'{"loss": 0.06707003712654114, "rate": 0.001, "memory": 808.5, "throughput": 6489.8, "levels": ["1:1", "2:1", "4:1"], "mse": [0.014136148616671562, 0.023405876010656357, 0.03105512447655201], "psnr": [18.49668897636755, 16.306750999125452, 15.078667256561918], "ssim": [0.6549504548311234, 0.5943962186574936, 0.5155817568302155]}');
INSERT INTO "metrics" VALUES(6,'small-20261128-185750',6,'joint',3,5,0.241,'{"loss": 0.08168657124042511, "rate": 0.000505, "memory": 808.6, "throughput": 2657.3, "levels": ["1:1", "2:1", "4:1"], "mse": [0.014136148616671562, 0.023405876010656357, 0.031055130064487457], "psnr": [18.49668897636755, 16.306750999125452, 15.07866647510979], "ssim": [0.6549504548311234, 0.5943962633609772, 0.5155818685889244]}');
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL,
    config TEXT NOT NULL,
    device TEXT NOT NULL,
    folder TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL,
    queued REAL NOT NULL,
    started REAL,
    stopping REAL,
    ended REAL,
    host TEXT,
    pid INTEGER,
    process_started REAL,
    heartbeat REAL,
    ooms INTEGER,
    steps INTEGER,
    parameters INTEGER,
    sentence TEXT NOT NULL DEFAULT '',
    deleted REAL
);
INSERT INTO "runs" VALUES('small-20261128-185750','small-20261128-185750','','teacher','{"name": "small", "data": "digits", "seed": 0, "local_steps": 2, "joint_steps": 3, "again_steps": 0, "batch": 32, "rate": 0.001, "loss": "pixels", "fit_images": 512, "augment": false, "average": 0.999, "precision": "bf16", "half": true, "save_every": 2, "probe_every": 2, "clips_per_video": 4, "clips_per_class": 24, "size": 128, "teacher": "", "student_start": "merges", "student_hidden": 0, "student_zones": 512, "holdout": 0, "baseline": "", "baseline_width": 128, "baseline_depth": 2, "baseline_hidden": 512, "baseline_heads": 4, "baseline_state": 16, "baseline_slots": 0, "tree": {"codec": "flat", "leaves": 4, "height": 28, "width": 28, "colours": 1, "channels": 32, "patch": 16, "lap": 0, "family": "residual", "pairing": "stack", "mirror": false, "settle": 12, "zones": 64, "hidden": [0, 16]}}','cpu','IMFN_HOME/runs/small-20261128-185750','finished',1,1.79589227003610491751e+09,1.79589227003610491751e+09,1.79589227004784846302e+09,NULL,1.79589227646083617216e+09,'host',14619,1795892267.82,1.7958922755426371098e+09,0,5,27992,'',NULL);
CREATE UNIQUE INDEX live_names ON runs (name) WHERE deleted IS NULL;
CREATE INDEX run_states ON runs (state);
CREATE INDEX run_rows ON metrics (run, id);
CREATE INDEX run_events ON events (run, id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',4);
INSERT INTO "sqlite_sequence" VALUES('metrics',6);
COMMIT;
