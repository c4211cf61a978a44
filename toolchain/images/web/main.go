// Command web is the HTTP server that the tests of the real node run. Settings are environment variables:
//
//	PORT                 where it listens, 8080
//	VERSION              what it calls itself in every answer (header X-Version)
//	READY_AFTER_SECONDS  /healthz answers 503 before that; a negative number: always
//	EXIT_AFTER_SECONDS   ends with code 1 after that, as a broken version does
//	LATENCY_MS           how long /work takes
//	DRAIN_SECONDS        how long it keeps serving after SIGTERM, then it waits for open requests; 0: ends at once
//	DATA_DIR             where /write puts files
//	PRELOAD_FILE         a file it must be able to read at the start; without it the server ends with code 2
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(log.Lmicroseconds)
	started := time.Now()
	if path := os.Getenv("PRELOAD_FILE"); path != "" {
		if _, err := os.ReadFile(path); err != nil {
			log.Printf("web: %v", err)
			os.Exit(2)
		}
	}
	if after := number("EXIT_AFTER_SECONDS", 0); after > 0 {
		time.AfterFunc(seconds(after), func() {
			log.Printf("web: ending after %g s, as EXIT_AFTER_SECONDS says", after)
			os.Exit(1)
		})
	}
	var forcedUnready atomic.Bool
	readyAfter := number("READY_AFTER_SECONDS", 0)
	handle("GET /healthz", func(answer http.ResponseWriter, request *http.Request) {
		if forcedUnready.Load() || readyAfter < 0 || time.Since(started) < seconds(readyAfter) {
			http.Error(answer, "not ready", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(answer, "ready")
	})
	handle("POST /ready", func(answer http.ResponseWriter, request *http.Request) {
		forcedUnready.Store(request.FormValue("is") == "false")
	})
	handle("GET /work", func(answer http.ResponseWriter, request *http.Request) {
		time.Sleep(seconds(value(request, "ms", number("LATENCY_MS", 0)) / 1000))
		fmt.Fprintln(answer, os.Getenv("VERSION"))
	})
	handle("GET /stream", func(answer http.ResponseWriter, request *http.Request) {
		for left := value(request, "seconds", 5); left > 0; left-- {
			fmt.Fprintf(answer, "%g more\n", left)
			_ = http.NewResponseController(answer).Flush()
			time.Sleep(time.Second)
		}
		fmt.Fprintln(answer, "complete")
	})
	handle("GET /burn", func(answer http.ResponseWriter, request *http.Request) {
		until := time.Now().Add(seconds(value(request, "ms", 50) / 1000))
		rounds := 0
		for time.Now().Before(until) {
			rounds++
		}
		fmt.Fprintln(answer, rounds)
	})
	handle("POST /write/{name}", func(answer http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err == nil {
			err = os.WriteFile(dataFile(request), body, 0o640)
		}
		if err != nil {
			http.Error(answer, err.Error(), http.StatusInternalServerError)
		}
	})
	handle("GET /read/{name}", func(answer http.ResponseWriter, request *http.Request) {
		body, err := os.ReadFile(dataFile(request))
		if err != nil {
			http.Error(answer, err.Error(), http.StatusNotFound)
			return
		}
		_, _ = answer.Write(body)
	})
	serve()
}

// handle registers a handler whose every answer tells which version and which pod gave it.
func handle(pattern string, handler http.HandlerFunc) {
	host, _ := os.Hostname()
	http.HandleFunc(pattern, func(answer http.ResponseWriter, request *http.Request) {
		answer.Header().Set("X-Version", os.Getenv("VERSION"))
		answer.Header().Set("X-Pod", host)
		handler(answer, request)
	})
}

func dataFile(request *http.Request) string {
	return filepath.Join(os.Getenv("DATA_DIR"), filepath.Base(request.PathValue("name")))
}

func serve() {
	server := &http.Server{Addr: ":" + strconv.Itoa(int(number("PORT", 8080)))}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	drained := make(chan struct{})
	go func() {
		<-stop
		drain := number("DRAIN_SECONDS", 0)
		log.Printf("web: told to stop, serving %g s more", drain)
		if drain <= 0 {
			os.Exit(0)
		}
		time.Sleep(seconds(drain))
		limited, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		_ = server.Shutdown(limited)
		close(drained)
	}()
	log.Printf("web: version %q listens on %s as uid %d", os.Getenv("VERSION"), server.Addr, os.Getuid())
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatalf("web: %v", err)
	}
	<-drained
}
