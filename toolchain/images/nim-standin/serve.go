package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// gauges are what /v1/metrics tells; PUT /standin/metrics sets them.
type gauges struct {
	sync.Mutex
	values map[string]float64
}

var order = []string{"gpu_cache_usage_perc", "num_requests_running", "num_requests_waiting"}

func serve() {
	ready := time.Now().Add(seconds("STANDIN_LOAD_SECONDS", 0))
	told := &gauges{values: map[string]float64{}}
	handle("GET /v1/health/live", func(answer http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(answer, `{"object":"health-response","message":"live"}`)
	})
	handle("GET /v1/health/ready", func(answer http.ResponseWriter, _ *http.Request) {
		if time.Now().Before(ready) {
			http.Error(answer, `{"object":"health-response","message":"loading"}`, http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(answer, `{"object":"health-response","message":"ready"}`)
	})
	handle("GET /v1/metrics", told.show)
	handle("PUT /standin/metrics", told.set)
	handle("GET /v1/models", func(answer http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(answer, `{"object":"list","data":[{"id":"standin","object":"model"}]}`)
	})
	handle("GET /standin/stream", stream)
	server := &http.Server{Addr: ":" + text("NIM_HTTP_API_PORT", text("NIM_SERVER_PORT", "8000"))}
	stopped := make(chan struct{})
	go waitForStop(server, stopped)
	log.Printf("version %q listens on %s as uid %d", os.Getenv("STANDIN_VERSION"), server.Addr, os.Getuid())
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
	<-stopped
}

func waitForStop(server *http.Server, stopped chan struct{}) {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	drain := seconds("STANDIN_DRAIN_SECONDS", 0)
	log.Printf("told to stop, serving %s more", drain)
	if drain <= 0 {
		os.Exit(0)
	}
	time.Sleep(drain)
	limited, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_ = server.Shutdown(limited)
	close(stopped)
}

// handle registers a handler whose every answer tells which version and which pod gave it.
func handle(pattern string, handler http.HandlerFunc) {
	host, _ := os.Hostname()
	http.HandleFunc(pattern, func(answer http.ResponseWriter, request *http.Request) {
		answer.Header().Set("X-Version", os.Getenv("STANDIN_VERSION"))
		answer.Header().Set("X-Pod", host)
		handler(answer, request)
	})
}

func (told *gauges) show(answer http.ResponseWriter, _ *http.Request) {
	told.Lock()
	defer told.Unlock()
	answer.Header().Set("Content-Type", "text/plain; version=0.0.4")
	for _, name := range order {
		fmt.Fprintf(answer, "# TYPE %s gauge\n%s{model_name=\"standin\"} %g\n", name, name, told.values[name])
	}
}

func (told *gauges) set(answer http.ResponseWriter, request *http.Request) {
	wanted := map[string]float64{}
	if err := json.NewDecoder(request.Body).Decode(&wanted); err != nil {
		http.Error(answer, err.Error(), http.StatusBadRequest)
		return
	}
	told.Lock()
	defer told.Unlock()
	for name, value := range wanted {
		told.values[name] = value
	}
}

// stream answers like a completion with stream=true: one event per token until the last.
func stream(answer http.ResponseWriter, request *http.Request) {
	length, err := time.ParseDuration(request.FormValue("for"))
	if err != nil {
		http.Error(answer, err.Error(), http.StatusBadRequest)
		return
	}
	answer.Header().Set("Content-Type", "text/event-stream")
	for end := time.Now().Add(length); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		fmt.Fprint(answer, "data: token\n\n")
		_ = http.NewResponseController(answer).Flush()
	}
	fmt.Fprint(answer, "data: [DONE]\n\n")
}
